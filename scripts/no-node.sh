# Runs where Node itself could not (which only happens where there is a shell), so it is no JavaScript.
echo 'Node cannot start: install the library that the line above names, then run npm start again.' >&2
echo 'libatomic.so.1 is in libatomic1 (Debian, Ubuntu: apt-get install libatomic1) or libatomic (Fedora, Alpine).' >&2
