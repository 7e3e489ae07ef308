"""The console of a served emulator: a control API under `/_emulator/`, and its page."""
