"""Looking for settings that train better, with Optuna."""
