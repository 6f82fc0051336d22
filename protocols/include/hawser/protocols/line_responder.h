// SPDX-License-Identifier: MIT
/// \file
/// LineResponder, which answers each line as its rules say.
#pragma once

#include <hawser/core/export.h>
#include <hawser/protocols/line_receiver.h>
#include <hawser/protocols/line_rules.h>

#include <string>
#include <string_view>

namespace hawser {

/// Lines end in "\n" or "\r\n", and those of the answers in "\n". A line that no rule matches has
/// no answer.
class HAWSER_API LineResponder final : public LineReceiver {
public:
    explicit LineResponder(LineRules rules);
    ~LineResponder() override;

    void connection_made() override;
    void line_received(std::string_view line) override;

private:
    LineRules rules_;
    std::string peer_;
};

} // namespace hawser
