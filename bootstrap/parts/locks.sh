# --- locks ---------------------------------------------------------------------

try_lock() {
    find_locker
    case $lock_program in
    */flock) "$lock_program" -n "$1" ;;
    */perl) "$lock_program" -e 'open(F, "<&=", shift) && flock(F, 6) or exit 1' "$1" ;;
    *) "$lock_program" -c 'import fcntl; fcntl.flock('"$1"', 6)' 2>/dev/null ;;
    esac
}

# find_locker
# flock(2) locks belong to an open file, so any program that inherits the descriptor can
# take the lock for this shell. conda brings a Python; without one of the three nothing
# is built, because no other lock is freed by a death.
find_locker() {
    for lock_name in flock python3 perl; do
        if find_program "$lock_name" "${PATH-}:$boot_conda_root/bin"; then
            lock_program=$boot_found
            return 0
        fi
    done
    die 65 'the image has neither flock, python3 nor perl to keep two builds apart' \
        "add Debian's util-linux, or another package with flock, to the image"
}
