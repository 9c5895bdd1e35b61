from privacy.services.backups.drill import drill_backup
from privacy.services.backups.making import make_backup
from privacy.services.backups.refusal import BackupError
from privacy.services.backups.restoring import restore_backup

__all__ = ["BackupError", "drill_backup", "make_backup", "restore_backup"]
