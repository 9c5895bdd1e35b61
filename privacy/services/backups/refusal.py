class BackupError(Exception):
    """Why a backup is not made, not good or not put back: a sentence for who types the command."""
