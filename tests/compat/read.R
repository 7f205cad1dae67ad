# Reads a CSV with R and prints each cell as a line: its kind and what it says, escaped so that it stays one line.
frame <- read.csv(commandArgs(trailingOnly = TRUE)[1], encoding = "UTF-8", fileEncoding = "UTF-8-BOM")
frame$sent_at_utc <- as.POSIXct(frame$sent_at_utc, tz = "UTC")
cat(as.character(getRversion()), "\n", sep = "")
for (row in seq_len(nrow(frame))) {
  cat("number\t", frame$number[row], "\n", sep = "")
  cat(if (is.character(frame$text)) "text" else "number", "\t", gsub("\n", "\\n", gsub("\\", "\\\\", frame$text[row], fixed = TRUE), fixed = TRUE), "\n", sep = "")
  cat("time\t", format(frame$sent_at_utc[row], "%Y-%m-%dT%H:%M:%S"), "\n", sep = "")
}
