# What bin/run and bin/test need of a machine: a Python, a virtual environment and system libraries.
# Read with `.` from the top folder of the project; it runs nothing by itself.

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# The first Python for which the lock files were made.
find_python() {
    for python in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11; do
        "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && return
    done
    stop "Pluspunt heeft Python 3.11, 3.12, 3.13 of 3.14 nodig. Typ: $(how_to_install python3 python3 python@3.13)"
}

# how_to_install DEBIAN FEDORA MACOS: the one command to type on this machine, or all three when we do not know it.
how_to_install() {
    family=$(uname -s)
    [ ! -r /etc/os-release ] || family=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
    case $family in
        *debian* | *ubuntu*) echo "sudo apt-get install -y --no-install-recommends $1" ;;
        *fedora* | *rhel*) echo "sudo dnf install -y $2" ;;
        *Darwin*) echo "brew install $3" ;;
        *) echo "sudo apt-get install -y --no-install-recommends $1 (Debian, Ubuntu)," \
            "sudo dnf install -y $2 (Fedora) of brew install $3 (macOS)" ;;
    esac
}

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }
may_install() { command -v apt-get && as_root true; } >/dev/null 2>&1

# get WHAT DEBIAN FEDORA MACOS: installs the Debian packages with apt, or stops with the command to type.
get() {
    may_install || stop "Er ontbreekt iets op deze machine: $1. Typ: $(how_to_install "$2" "$3" "$4")"
    say "Met apt wordt geïnstalleerd: $2"
    # shellcheck disable=SC2086 # a list of words
    apt_install() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1; }
    apt_install "$2" >/dev/null 2>&1 </dev/null || {
        as_root apt-get update -qq && apt_install "$2" >/dev/null
    } </dev/null || stop "Het installeren van $1 is niet gelukt. Typ: $(how_to_install "$2" "$3" "$4")"
}

# make_venv LOCK...: a virtual environment with what stands in the first lock file. Each lock file that it covers is
# kept in .venv, so that the next start sees at once that there is nothing to do.
make_venv() {
    if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        say "De omgeving voor Python wordt gemaakt in .venv."
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            get "het onderdeel venv van Python" \
                "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" python3 python3
        "$python" -m venv --clear .venv || stop "De map .venv kan niet worden gemaakt."
    fi
    python=.venv/bin/python
    if ! cmp -s "$1" ".venv/$1"; then
        say "De onderdelen uit $1 worden geïnstalleerd. Dat duurt ongeveer een minuut."
        $python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$1" ||
            stop "Het installeren van $1 is niet gelukt. Is er verbinding met internet?"
        need_weasyprint
        cp "$@" .venv/
    fi
}

# The system libraries with which WeasyPrint makes PDFs.
need_weasyprint() {
    # macOS does not look in the folders of Homebrew by itself.
    [ "$(uname -s)" != Darwin ] || export DYLD_FALLBACK_LIBRARY_PATH="${HOMEBREW_PREFIX:-/opt/homebrew}/lib:/usr/local/lib"
    # HarfBuzz-Subset is only warned about; without it fonts are embedded differently.
    makes_pdf() { $python -W error::DeprecationWarning:weasyprint.text.ffi -c 'import weasyprint' >/dev/null 2>&1; }
    makes_pdf || get "de bibliotheken waarmee we PDF's maken" \
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" pango pango
    makes_pdf || stop "WeasyPrint werkt niet. Kijk wat er mis is met: .venv/bin/python -c 'import weasyprint'"
}
