"""The record of the work, and the steps that move it: from a brief to bytes that are published."""
