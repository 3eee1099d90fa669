# --- the command ---------------------------------------------------------------

# start_command COMMAND [ARG...]
start_command() {
    boot_command_user=${SUBMARINE_USER_NAME-}
    boot_limit=${SUBMARINE_TIMEOUT-}
    use_home
    unset SUBMARINE_STEPS SUBMARINE_NAMES PWD OLDPWD SHLVL _
    if [ -n "$boot_server" ]; then
        # The limit is the server's, and not that of each of its kernels.
        unset SUBMARINE_TIMEOUT
        restore_given
        provide_user "$boot_command_user"
        prepare_server
    else
        # A kernel that Jupyter starts is not the container's command.
        boot_command_is_first=${SUBMARINE_NOTEBOOK-yes}
        forget_contract
        if [ -n "$boot_kernel" ] && [ "$boot_command_is_first" = yes ]; then keep_environment; fi
        restore_given
        provide_user "$boot_command_user"
    fi
    if [ -n "$boot_is_executing" ]; then
        set -- "$boot_python" -c "$boot_executing_script" "$@"
    else
        case $boot_server in
        /*)
            shift
            set -- "$boot_server" "$@" ;;
        esac
    fi
    become "$@"
}

# become COMMAND [ARG...]
# The checks are here because each shell words its own errors in its own way.
become() {
    case $1 in
    */*) boot_found=$1 ;;
    jupyter) find_program "$1" "${PATH-}" || die 127 'the image has no Jupyter' \
        'take an image with JupyterLab, or a kernel with jupyterlab among its dependencies' ;;
    *) find_program "$1" "${PATH-}" || die 127 "there is no command \"$1\" in the container" \
        'check its spelling, or add the package that has it to the kernel' ;;
    esac
    [ -e "$boot_found" ] || die 127 "there is no file \"$1\" in the container" 'check the path'
    if [ ! -f "$boot_found" ] || [ ! -x "$boot_found" ]; then
        die 126 "\"$1\" cannot be run: it is no executable file" "try: chmod +x $1"
    fi
    note_virtual_environment "$@"
    [ -n "${boot_server-}" ] || offer_to_jupyter "$1"
    [ -z "${boot_limit-}" ] || run_limited "$@"
    exec "$@"
}

# run_limited COMMAND [ARG...]
# Becomes `timeout`, which runs the command and ends it after boot_limit seconds.
run_limited() {
    find_program timeout "${PATH-}" || die 65 'the image has no program "timeout", which would end the command in time' \
        'take an image with coreutils or busybox'
    set -- -k 10 "$boot_limit" "$@"
    # At a terminal the command must stay in the foreground; that of busybox lets it without being told.
    if [ -t 0 ] && "$boot_found" --foreground -k 10 9 /bin/sh -c : 2>/dev/null; then
        set -- --foreground "$@"
    elif ! "$boot_found" -k 10 9 /bin/sh -c : 2>/dev/null; then
        die 65 'the program "timeout" of the image is too old: it knows no -k' 'take an image with a newer coreutils or busybox'
    fi
    exec "$boot_found" "$@"
}
