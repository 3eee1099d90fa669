# --- the start -----------------------------------------------------------------

# Where the bootstrap looks for a Python that can lock.
# shellcheck disable=SC2034
boot_conda_root=
cache_command=$2
# Where nothing was built yet there is nothing to look after.
[ -d "$1" ] || exit 0
umask 077
cache_keep_path
cache_check_readable "$1"
cache_root=$(cd -P "$1" && pwd -P)
cache_go
cache_check_plain
shift 2
case $cache_command in
list) cache_list ;;
sizes) cache_sizes ;;
records)
    cache_enter_kernel "$1"
    cache_records ;;
files)
    cache_enter_kernel "$1"
    cache_files ;;
recorded)
    cache_enter_kernel "$1"
    cache_recorded ;;
builds) cache_builds ;;
remove) cache_remove "$@" ;;
sweep) cache_sweep "$@" ;;
clear) cache_clear ;;
esac
