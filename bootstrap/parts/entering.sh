# --- entering again ------------------------------------------------------------

# enter COMMAND [ARG...]
# Becomes the command where an environment was kept. Where none was (it is not made yet, the
# file system of /tmp is read-only, another user made it, a notebook's kernels are activated
# one by one) it returns, and the kernel is activated for this command alone.
#
# Secrets and the time limit were for the container's command.
enter() {
    unset SUBMARINE_SECRETS SUBMARINE_TIMEOUT
    environment_file
    boot_kernel=${SUBMARINE_KERNEL-}
    [ -z "$boot_kernel" ] || check_kernel_name "$boot_kernel"
    boot_enter_line=
    if [ -n "$boot_kept_file" ] && [ -e "$boot_kept_file" ]; then
        if [ -r "$boot_kept_file" ]; then
            read -r boot_enter_line <"$boot_kept_file" || :
        elif [ -z "$boot_kernel" ]; then
            die 65 "user $(id -u) may not read the environment of this container" 'enter as the user that it was started as, or as root'
        fi
    fi
    case $boot_enter_line in
    '# bash') enter_by_bash "$@" ;;
    '# dash') enter_kept "$@" ;;
    *) export SUBMARINE_NOTEBOOK='' ;;
    esac
}

# enter_by_bash COMMAND [ARG...]
# Only bash reads all that bash writes.
enter_by_bash() {
    if [ -z "${BASH_VERSION-}" ]; then
        find_program bash "${PATH-}:/bin:/usr/bin" || die 65 'the bash that this container was started with is gone' ''
        exec "$boot_found" -p "$0" --enter -- "$@"
    fi
    # Bash alone gets here, so its own options may be used.
    # shellcheck disable=SC3040,SC3041
    set +o posix +p
    enter_kept "$@"
}

# enter_kept COMMAND [ARG...]
enter_kept() {
    boot_enter_user=${SUBMARINE_USER_NAME-}
    keep_given
    # Whoever enters may be another user.
    provide_home
    remember HOME
    # It was written by keep_environment.
    # shellcheck disable=SC1090
    . "$boot_kept_file"
    restore_given
    forget_contract
    provide_user "$boot_enter_user"
    unset PWD OLDPWD SHLVL _
    become "$@"
}

# become_shell
# Becomes an interactive shell: bash where there is one, with its user's settings, which are
# given no say in what the kernel has set; else sh, which reads none.
become_shell() {
    if find_program bash "${PATH-}:/bin:/usr/bin"; then
        exec "$boot_found" --rcfile /dev/fd/3 -i 3<<'END'
exec 3<&-
submarine_saved=$(unset PWD OLDPWD SHLVL; export -p)
if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
submarine_path=$PATH: submarine_modifier=${CONDA_PROMPT_MODIFIER-}
eval "$submarine_saved"
while [ -n "$submarine_path" ]; do
    case :$PATH: in *":${submarine_path%%:*}:"*) ;; *) PATH=$PATH:${submarine_path%%:*} ;; esac
    submarine_path=${submarine_path#*:}
done
PS1=${PS1#"$submarine_modifier"}
[ -z "${SUBMARINE_KERNEL-}" ] || PS1='($SUBMARINE_KERNEL) '$PS1
unset submarine_saved submarine_path submarine_modifier
END
    fi
    [ -z "${SUBMARINE_KERNEL-}" ] || export PS1="(\$SUBMARINE_KERNEL) ${PS1:-\$ }"
    exec sh -i
}
