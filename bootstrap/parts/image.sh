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
    for boot_image_root in /opt/conda /opt/miniforge3 /opt/miniconda3 /opt/mambaforge; do
        add_root "$boot_image_root"
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
# Sets boot_image_folders to where environments are found by name, between colons: first those
# that were baked into the image, then in conda's order.
environment_folders() {
    boot_image_folders=/opt/submarine/envs:${CONDA_ENVS_DIRS-}:${CONDA_ENVS_PATH-}
    boot_image_rest=$boot_roots:
    while [ "$boot_image_rest" != : ] && [ -n "$boot_image_rest" ]; do
        boot_image_folders=$boot_image_folders:${boot_image_rest%%:*}/envs
        boot_image_rest=${boot_image_rest#*:}
    done
    boot_image_folders=$boot_image_folders:${HOME-}/.conda/envs
}

# find_kernel_in_image NAME
# Sets boot_prefix to the environment of that name; fails where the image holds none.
find_kernel_in_image() {
    if [ "$1" = base ] && [ -n "$boot_base" ]; then
        boot_prefix=$boot_base
        return 0
    fi
    environment_folders
    boot_image_rest=$boot_image_folders:
    while [ -n "$boot_image_rest" ]; do
        boot_prefix=${boot_image_rest%%:*}/$1
        boot_image_rest=${boot_image_rest#*:}
        if [ "$boot_prefix" != "/$1" ] && [ -d "$boot_prefix/conda-meta" ]; then return 0; fi
    done
    return 1
}

# die_without_kernel NAME
die_without_kernel() {
    list_kernels_in_image
    die 66 "the image holds no kernel \"$1\"" "$boot_image_list"
}

# list_kernels_in_image
# Sets boot_image_list to a line on the environments that were found.
list_kernels_in_image() {
    boot_image_list=${boot_base:+base}
    boot_image_rest=$boot_image_folders:
    while [ -n "$boot_image_rest" ]; do
        boot_image_folder=${boot_image_rest%%:*}
        boot_image_rest=${boot_image_rest#*:}
        [ -n "$boot_image_folder" ] || continue
        for boot_image_kernel in "$boot_image_folder"/*/conda-meta; do
            [ -d "$boot_image_kernel" ] || continue
            boot_image_kernel=${boot_image_kernel%/conda-meta}
            boot_image_list=$boot_image_list${boot_image_list:+, }${boot_image_kernel##*/}
        done
    done
    if [ -n "$boot_image_list" ]; then
        boot_image_list="it holds: $boot_image_list; or list dependencies, from which it can be built"
    else
        boot_image_list='it holds no conda environment at all: list dependencies, or take another image'
    fi
}
