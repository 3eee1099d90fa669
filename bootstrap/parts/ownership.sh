# --- whose the cache is --------------------------------------------------------

# find_ownership_hint
# Sets boot_hint to what can be typed where the engine is. It is for the whole of the cache:
# what one user was made to build there lies in all of its folders.
find_ownership_hint() {
    boot_user=$(id -u)
    boot_hint="take another folder for kernels, or make this one that user's: "
    case ${SUBMARINE_CACHE:-/submarine} in
    /*) boot_hint="${boot_hint}sudo chown -R $boot_user $(quote_word "${SUBMARINE_CACHE:-/submarine}")" ;;
    *) boot_hint="${boot_hint}docker run --rm --user 0 --entrypoint chown --volume $SUBMARINE_CACHE:/submarine ${SUBMARINE_IMAGE:-IMAGE} -R $boot_user /submarine" ;;
    esac
}

# quote_word TEXT
# Prints TEXT as a shell reads it as one word.
quote_word() {
    case $1 in
    *[!A-Za-z0-9_./:@%+,=-]*) printf %s "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/" ;;
    *) printf %s "$1" ;;
    esac
}
