// SPDX-License-Identifier: MIT
/// \file
/// The name of a class as its author wrote it, for reports.
#pragma once

#include <hawser/core/export.h>

#include <string>
#include <typeinfo>

namespace hawser::detail {

HAWSER_API std::string class_name(const std::type_info& type);

} // namespace hawser::detail
