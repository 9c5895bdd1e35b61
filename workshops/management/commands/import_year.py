import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.files import MAX_FILE_SIZE, FileError, skipped_files
from workshops.services.year_import.planning import plan_import
from workshops.services.year_import.report import ImportReport, Remark
from workshops.services.year_import.writing import import_year


class Command(BaseCommand):
    help = "Leest een jaar aan spreadsheets in: zes bestanden uit één map."

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, metavar="DIR", help="de map met de zes bestanden")
        parser.add_argument("--dry-run", action="store_true", help="alleen vertellen wat er zou gebeuren")

    def handle(self, *args, directory, dry_run, **options):
        try:
            files = _read_directory(directory)
            rows = read_year(files, _progress)
            plan = plan_import(rows, _progress) if dry_run else import_year(rows, by=None, progress=_progress)
        except FileError as error:
            raise CommandError(f"{error} Er is niets ingelezen.") from None
        except ValidationError as error:
            raise CommandError(f"{error.messages[0]} Er is niets ingelezen.") from None
        self._tell(plan.report())
        if skipped := skipped_files(files):
            self.stdout.write(skipped)
        self.stdout.write("Er is niets opgeslagen (--dry-run)." if dry_run else "Klaar.")

    def _tell(self, report: ImportReport) -> None:
        if report.similar:
            self.stdout.write("Staat er misschien al (dezelfde geboortedatum, bijna dezelfde naam):")
        for each in report.similar:
            other = f"regel {each.other_line}" if each.other_line else f"/deelnemers/{each.key}/"
            self.stdout.write(f"  {each.file}, regel {each.line}: nummer {each.number} lijkt op {other}")
        self.stdout.write(f"{'':24}{'gelezen':>9}{'nieuw':>9}{'stond er':>10}{'anders':>9}{'geweigerd':>11}")
        for file in (*report.files, report.total):
            counts = f"{file.read:>9}{file.new:>9}{file.same:>10}{file.differing:>9}{file.refused:>11}"
            self.stdout.write(f"{file.name:24}{counts}")
        self._list("Geweigerd", report.refusals)
        self._list("Anders dan wat er al staat, en niet veranderd", report.differences)
        self._list("Niet overgenomen", report.notes)

    def _list(self, title: str, remarks: tuple[Remark, ...]) -> None:
        if remarks:
            self.stdout.write(f"{title}:")
        for remark in remarks:
            column = f", kolom {remark.column}" if remark.column else ""
            self.stdout.write(f"  {remark.file}, regel {remark.line}{column}: {remark.reason}")


def _read_directory(directory: Path) -> dict[str, bytes]:
    if not directory.is_dir():
        raise CommandError("Deze map bestaat niet.")
    files = [path for path in sorted(directory.iterdir()) if path.suffix.casefold() == ".csv" and path.is_file()]
    try:
        # One byte over the limit is enough to refuse it later; a huge file is not read whole.
        return {path.name: _read(path, MAX_FILE_SIZE + 1) for path in files}
    except OSError:
        raise CommandError("Een van de bestanden kan niet worden gelezen. Er is niets ingelezen.") from None


def _read(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _progress(items, label):
    return tqdm(items, desc=f"{label:34}", unit=" rijen", file=sys.stderr)
