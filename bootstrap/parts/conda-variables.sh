# --- the variables of a kernel -------------------------------------------------

# set_variables
# What `conda shell.posix activate` exports, in its order.
set_variables() {
    export PATH="$boot_path"
    boot_vars_modifier=${CONDA_PROMPT_MODIFIER-}
    boot_again=
    if [ "$boot_level" -gt 0 ] && [ "${CONDA_PREFIX-}" = "$boot_prefix" ]; then
        boot_again=1
        # The image's own environment is the kernel: conda calls it a reactivation.
        export CONDA_SHLVL="$boot_level"
        export CONDA_PROMPT_MODIFIER="(${CONDA_DEFAULT_ENV-}) "
    else
        set_conda_variables
    fi
    set_prompt
    for boot_vars_file in "$boot_prefix"/etc/conda/env_vars.d/* "$boot_prefix/conda-meta/state"; do
        [ ! -f "$boot_vars_file" ] || set_file_variables "$boot_vars_file"
    done
    find_baked_variables
    save_replaced "${SUBMARINE_VARIABLES-}"
    eval "${SUBMARINE_VARIABLES-}"
}

# find_baked_variables
# A kernel that was baked into an image brings the variables of its profile, for whoever starts
# the image without one.
find_baked_variables() {
    boot_vars_file=$boot_prefix/conda-meta/submarine-variables
    if [ -n "${SUBMARINE_VARIABLES+set}" ] || [ ! -f "$boot_vars_file" ]; then return 0; fi
    read_file "$boot_vars_file"
    SUBMARINE_VARIABLES=$boot_text
}

set_conda_variables() {
    if [ "$boot_level" -gt 0 ]; then export "CONDA_PREFIX_$boot_level=${CONDA_PREFIX-}"; fi
    export CONDA_PREFIX="$boot_prefix"
    export CONDA_SHLVL=$((boot_level + 1))
    case :$boot_roots: in
    *":$boot_prefix:"*) CONDA_DEFAULT_ENV=base ;;
    *) case $boot_prefix in */envs/*/*) CONDA_DEFAULT_ENV=$boot_prefix ;;
        */envs/*) CONDA_DEFAULT_ENV=${boot_prefix##*/} ;;
        *) CONDA_DEFAULT_ENV=$boot_prefix ;; esac ;;
    esac
    export CONDA_DEFAULT_ENV
    export CONDA_PROMPT_MODIFIER="($CONDA_DEFAULT_ENV) "
    if [ -n "$boot_conda_root" ]; then
        export CONDA_EXE="$boot_conda_root/bin/conda" CONDA_PYTHON_EXE="$boot_conda_root/bin/python"
        export _CE_M='' _CE_CONDA=''
    fi
}

# set_prompt
# PS1 is in the environment of few containers; a shell's own is not exported and does no harm.
set_prompt() {
    [ -n "${PS1+set}" ] || return 0
    if [ -n "$boot_vars_modifier" ]; then
        case $PS1 in *"$boot_vars_modifier"*)
            PS1=${PS1%%"$boot_vars_modifier"*}${PS1#*"$boot_vars_modifier"} ;;
        esac
    fi
    PS1=$CONDA_PROMPT_MODIFIER$PS1
}

# set_variable NAME VALUE
# conda writes the names of such variables in capitals. Those that no profile may set would give
# this script another task, or another idea of the shell that it runs in; boot_ is in no capitals.
set_variable() {
    case $1 in
    '' | [0-9]* | *[!A-Za-z0-9_]*) return 0 ;;
    *[a-z]*) boot_vars_name=$(printf %s "$1" | tr abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ) ;;
    *) boot_vars_name=$1 ;;
    esac
    case $boot_vars_name in SUBMARINE_* | IFS | BASH_VERSION)
        printf 'submarine: warning: the variable %s in %s is not set: its name is reserved\n' "$boot_vars_name" "$boot_vars_file" >&2
        return 0 ;;
    esac
    # How conda writes "was unset on purpose".
    [ "$2" != '***unset***' ] || return 0
    save_replaced "export $boot_vars_name="
    export "$boot_vars_name=$2"
}

# save_replaced TEXT
# Keeps the values that the `export` lines of TEXT replace, for conda's own deactivation.
save_replaced() {
    boot_vars_rest=$1$boot_newline
    [ -z "$boot_again" ] || return 0
    while [ -n "$boot_vars_rest" ]; do
        boot_vars_line=${boot_vars_rest%%"$boot_newline"*}
        boot_vars_rest=${boot_vars_rest#*"$boot_newline"}
        case $boot_vars_line in export\ *=*) boot_vars_replaced=${boot_vars_line#export } ;; *) continue ;; esac
        boot_vars_replaced=${boot_vars_replaced%%=*}
        case $boot_vars_replaced in '' | [0-9]* | *[!A-Za-z0-9_]*) continue ;; esac
        eval "[ \"\${$boot_vars_replaced+set}\" ]" || continue
        eval "export __CONDA_SHLVL_${boot_level}_$boot_vars_replaced=\"\$$boot_vars_replaced\""
    done
}
