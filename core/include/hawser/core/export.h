// SPDX-License-Identifier: MIT
/// \file
/// HAWSER_API marks what the shared library exports; everything else stays inside it.
#pragma once

#define HAWSER_API [[gnu::visibility("default")]]
