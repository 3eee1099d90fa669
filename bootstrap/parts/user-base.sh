# --- what a run installs for itself --------------------------------------------

# leave_user_site
# Without it Python would not look where a run installs; the image alone is overruled, before the
# kernel sets its own. A start that goes on after an `exit` has the kernel's.
leave_user_site() {
    if [ -z "${SUBMARINE_USER_BASE-}" ] || [ -n "${SUBMARINE_STEPS+set}" ]; then return 0; fi
    unset PYTHONNOUSERSITE
}

# use_user_base
# A kernel is never changed: what pip, R and Julia install goes into a folder of the run's, and is
# found there before the kernel's. After activation, since scripts of packages set some of this.
use_user_base() {
    [ -n "${SUBMARINE_USER_BASE-}" ] || return 0
    find_user_base || return 0
    put_behind_kernel "$boot_user_base/bin"
    set_user_variable PYTHONUSERBASE "$boot_user_base"
    set_user_variable R_LIBS_USER "$boot_user_base/R"
    case ${JULIA_DEPOT_PATH-} in
    "$boot_user_base/julia:"*) ;;
    # What is empty at the end stands for Julia's own folders.
    *) set_user_variable JULIA_DEPOT_PATH "$boot_user_base/julia:${JULIA_DEPOT_PATH-}" ;;
    esac
    # R passes over a library that is not there.
    if [ -d "$boot_prefix/lib/R" ]; then provide_folder "$boot_user_base/R" || :; fi
    # A command that enters has it from the image again.
    boot_names="$boot_names PYTHONNOUSERSITE"
}

# find_user_base
# Sets boot_user_base to the folder, or to another one where it cannot be written.
find_user_base() {
    boot_user_base=$SUBMARINE_USER_BASE
    if provide_folder "$boot_user_base"; then return 0; fi
    find_user_id
    boot_user_base=${TMPDIR:-/tmp}/submarine-user-$boot_uid
    provide_folder "$boot_user_base"
}

# provide_folder FOLDER
provide_folder() {
    # What is above it is none of ours.
    # shellcheck disable=SC2174
    [ -e "$1" ] || mkdir -p -m 700 "$1" 2>/dev/null || return 1
    [ -d "$1" ] && [ -w "$1" ]
}

# set_user_variable NAME VALUE
# The profile's own variables win.
set_user_variable() {
    case $boot_newline${SUBMARINE_VARIABLES-} in
    *"${boot_newline}export $1="*) ;;
    *) export "$1=$2" ;;
    esac
}

# put_behind_kernel FOLDER
put_behind_kernel() {
    case :$PATH: in
    *":$boot_prefix/bin:$1:"*) ;;
    *":$boot_prefix/bin:"*)
        boot_user_base_path=:$PATH:
        boot_user_base_path=${boot_user_base_path%%":$boot_prefix/bin:"*}:$boot_prefix/bin:$1:${boot_user_base_path#*":$boot_prefix/bin:"}
        boot_user_base_path=${boot_user_base_path#:}
        export PATH="${boot_user_base_path%:}" ;;
    *) export PATH="$PATH:$1" ;;
    esac
}

# note_virtual_environment COMMAND [ARG...]
# pip refuses in words that name neither the kernel nor the way out.
note_virtual_environment() {
    case ${1##*/}:${2-}:${3-}:${4-} in
    pip:install:* | pip[0-9]*:install:* | python:-m:pip:install | python[0-9]*:-m:pip:install) ;;
    *) return 0 ;;
    esac
    if [ ! -f "${SUBMARINE_PREFIX-}/pyvenv.cfg" ] || ! is_finished "$SUBMARINE_PREFIX"; then return 0; fi
    printf "submarine: this kernel's Python is a virtual environment, which cannot install beside itself: add the package to the environment\n" >&2
}
