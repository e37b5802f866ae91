"""What a config can hang into training: before updates, after initialization."""
