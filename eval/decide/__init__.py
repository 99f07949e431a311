"""What is decided by figures: comparing runs, ablation, fitting the answerability model, trusting a writing model."""
