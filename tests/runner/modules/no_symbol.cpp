// SPDX-License-Identifier: MIT
extern "C" int something_else() {
    return 0;
}
