"""Outside formats in, drafts out. Reads bytes; knows neither store nor permission."""
