"""`python -m creatives.printing`: a page of HTML in, PDF out. No Django, no network, no files."""

import logging
import sys


def main() -> int:
    """Print standard input to standard output; return 0, or 1 with the reason on standard error."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:  # OSError: the package is there, Pango is not
        sys.stderr.write(f"{type(error).__name__}: {str(error).strip().splitlines()[0]}\n")
        return 1
    logging.getLogger("weasyprint").addHandler(logging.StreamHandler())
    page = sys.stdin.buffer.read().decode("utf-8")
    # A page that is printed carries all that it shows: no protocol is allowed, so nothing is fetched.
    document = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=()))
    # PDF/A-2u: made to be kept, its text can be searched and copied.
    document.write_pdf(sys.stdout.buffer, pdf_variant="pdf/a-2u")
    return 0


if __name__ == "__main__":
    sys.exit(main())
