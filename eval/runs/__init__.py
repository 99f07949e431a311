"""A run: gold questions asked, and the folder that holds what was answered and how it scores."""
