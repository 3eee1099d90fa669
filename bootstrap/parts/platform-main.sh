ask_platform
printf '%s\n' "$boot_platform"
