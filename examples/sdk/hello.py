import os
import sys

print(f"hello {os.environ['WHO']}, from Python {sys.version_info.major} in {os.getcwd()}")
