"""English as the service reads it: words, stems, numbers, dates, sentences, quantities. It imports nothing of ours."""
