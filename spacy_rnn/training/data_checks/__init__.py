"""What is wrong or noteworthy about training data, each with what to do about it."""
