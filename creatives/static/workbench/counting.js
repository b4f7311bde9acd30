// Live lengths, counted as the placement counts and as the server will count again.

const within = (ranges, code) => {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < ranges[middle][0]) high = middle - 1;
    else if (code > ranges[middle][1]) low = middle + 1;
    else return true;
  }
  return false;
};

export const lengthOf = (text, counting, wide) => {
  if (counting === "bytes") return new TextEncoder().encode(text).length;
  let length = 0;
  for (const char of text) {
    const code = char.codePointAt(0);
    if (counting !== "display_width") length += 1;
    else if (!within(wide.none, code)) length += within(wide.two, code) ? 2 : 1;
  }
  return length;
};

export const count = () => {
  const data = document.getElementById("wide");
  const wide = data ? JSON.parse(data.textContent) : null;
  for (const place of document.querySelectorAll("[data-count]")) {
    const field = document.getElementById(place.dataset.count);
    const limit = Number(place.dataset.limit || Infinity);
    const show = () => {
      const length = lengthOf(field.value.trim(), place.dataset.counting, wide);
      place.querySelector("output").value = length;
      place.classList.toggle("over", length > limit);
    };
    field.addEventListener("input", show);
    show();
  }
};
