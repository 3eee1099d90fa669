build_kernel "$boot_task" "$boot_kernel"
