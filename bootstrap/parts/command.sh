# --- the command ---------------------------------------------------------------

# start_command COMMAND [ARG...]
start_command() {
    boot_command_user=${SUBMARINE_USER_NAME-}
    unset SUBMARINE_STEPS SUBMARINE_NAMES PWD OLDPWD SHLVL _
    if [ -n "$boot_server" ]; then
        restore_given
        provide_user "$boot_command_user"
        offer_kernel
    else
        # A kernel that Jupyter starts is not the container's command.
        boot_command_is_first=${SUBMARINE_KERNELSPEC-yes}
        forget_contract
        if [ -n "$boot_kernel" ] && [ "$boot_command_is_first" = yes ]; then keep_environment; fi
        restore_given
        provide_user "$boot_command_user"
    fi
    case $boot_server in
    /*)
        shift
        set -- "$boot_server" "$@" ;;
    esac
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
    exec "$@"
}
