/* Keeps a file open as Excel does: others may read it and nothing else. Says so, and ends with its input. */
#include <windows.h>
#include <stdio.h>

int wmain(int count, wchar_t **words) {
    HANDLE file = count < 2 ? INVALID_HANDLE_VALUE
                            : CreateFileW(words[1], GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                                          FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "cannot be opened: %lu\n", GetLastError());
        return 1;
    }
    puts("open");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    CloseHandle(file);
    return 0;
}
