# submarine-homes.sh ROOT COMMAND HOME...
#
# Looks after what persists for environments, which containers have written. The command line tool gives
# it to a shell as one argument. ROOT is the folder of all of them; a HOME is FOLDER/NAME in it, neither of
# which a container can have made. What is printed are lines of fields between tabs, sizes in KiB.
#
#   sizes   HOME SIZE for each
#   remove  removes each, and prints HOME where not all of it can be removed
