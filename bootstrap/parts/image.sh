# --- what the image holds ------------------------------------------------------

# find_roots
# Sets boot_roots to the folders, between colons, that conda, mamba or micromamba keep
# environments in; boot_base to the first that is an environment itself, and
# boot_conda_root to the first with a conda.
find_roots() {
    boot_roots='' boot_base='' boot_conda_root=''
    add_root "${MAMBA_ROOT_PREFIX-}"
    case ${MAMBA_EXE-} in */bin/*) add_root "${MAMBA_EXE%/bin/*}" ;; esac
    case ${CONDA_EXE-} in */bin/*) add_root "${CONDA_EXE%/bin/*}" ;; esac
    if find_program conda "${PATH-}"; then add_root "${boot_found%/*/conda}"; fi
    for boot_root in /opt/conda /opt/miniforge3 /opt/miniconda3 /opt/mambaforge; do
        add_root "$boot_root"
    done
}

# add_root FOLDER
add_root() {
    case :$boot_roots: in *":$1:"*) return 0 ;; esac
    if [ ! -d "$1/conda-meta" ] && [ ! -d "$1/envs" ]; then return 0; fi
    boot_roots=$boot_roots${boot_roots:+:}$1
    if [ -z "$boot_base" ] && [ -d "$1/conda-meta" ]; then boot_base=$1; fi
    if [ -z "$boot_conda_root" ] && [ -x "$1/bin/conda" ]; then boot_conda_root=$1; fi
}

# environment_folders
# Sets boot_folders to where environments are found by name, between colons: first those
# that were baked into the image, then in conda's order.
environment_folders() {
    boot_folders=/opt/submarine/envs:${CONDA_ENVS_DIRS-}:${CONDA_ENVS_PATH-}
    boot_rest=$boot_roots:
    while [ "$boot_rest" != : ] && [ -n "$boot_rest" ]; do
        boot_folders=$boot_folders:${boot_rest%%:*}/envs
        boot_rest=${boot_rest#*:}
    done
    boot_folders=$boot_folders:${HOME-}/.conda/envs
}

# find_kernel_in_image NAME
find_kernel_in_image() {
    if [ "$1" = base ] && [ -n "$boot_base" ]; then
        boot_prefix=$boot_base
        return 0
    fi
    environment_folders
    boot_rest=$boot_folders:
    while [ -n "$boot_rest" ]; do
        boot_prefix=${boot_rest%%:*}/$1
        boot_rest=${boot_rest#*:}
        if [ "$boot_prefix" != "/$1" ] && [ -d "$boot_prefix/conda-meta" ]; then return 0; fi
    done
    list_kernels_in_image
    die 66 "the image holds no kernel \"$1\"" "$boot_list"
}

# list_kernels_in_image
# Sets boot_list to a line on the environments that were found.
list_kernels_in_image() {
    boot_list=${boot_base:+base}
    boot_rest=$boot_folders:
    while [ -n "$boot_rest" ]; do
        boot_folder=${boot_rest%%:*}
        boot_rest=${boot_rest#*:}
        [ -n "$boot_folder" ] || continue
        for boot_prefix in "$boot_folder"/*/conda-meta; do
            [ -d "$boot_prefix" ] || continue
            boot_prefix=${boot_prefix%/conda-meta}
            boot_list=$boot_list${boot_list:+, }${boot_prefix##*/}
        done
    done
    if [ -n "$boot_list" ]; then
        boot_list="it holds: $boot_list; or list dependencies, from which it can be built"
    else
        boot_list='it holds no conda environment at all: list dependencies, or take another image'
    fi
}
