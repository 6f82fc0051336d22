// SPDX-License-Identifier: MIT
#include <hawser/core/detail/intrusive_list.h>

#include <doctest/doctest.h>

#include <memory>
#include <vector>

namespace {

struct FirstTag;
struct SecondTag;

struct Member : hawser::detail::ListHook<FirstTag>, hawser::detail::ListHook<SecondTag> {
    explicit Member(int n) : number(n) {}
    int number;
};

using List = hawser::detail::IntrusiveList<Member, FirstTag>;
using OtherList = hawser::detail::IntrusiveList<Member, SecondTag>;

template <class AnyList>
std::vector<int> numbers(AnyList& list) {
    std::vector<int> all;
    list.for_each([&](Member& member) { all.push_back(member.number); });
    return all;
}

} // namespace

TEST_SUITE_BEGIN("IntrusiveList");

TEST_CASE("members come out in the order they went in") {
    Member a(1);
    Member b(2);
    List list;
    CHECK(list.empty());

    list.push_back(a);
    list.push_back(b);

    CHECK(numbers(list) == std::vector<int>{1, 2});
    CHECK(&list.pop_front() == &a);
    CHECK(&list.front() == &b);
}

TEST_CASE("a member leaves, and is destroyed, from anywhere in its lists") {
    List list;
    OtherList other;
    Member a(1);
    auto b = std::make_unique<Member>(2);
    Member c(3);
    for (Member* member : {&a, &*b, &c}) {
        list.push_back(*member);
        other.push_back(*member);
    }

    static_cast<hawser::detail::ListHook<FirstTag>&>(a).leave();
    b.reset();

    CHECK(numbers(list) == std::vector<int>{3});
    CHECK(numbers(other) == std::vector<int>{1, 3});
    CHECK_FALSE(static_cast<hawser::detail::ListHook<FirstTag>&>(a).listed());
    CHECK(static_cast<hawser::detail::ListHook<SecondTag>&>(a).listed());
}

TEST_CASE("splice moves all members behind our own") {
    Member a(1);
    Member b(2);
    Member c(3);
    List list;
    List other;
    list.push_back(a);
    other.push_back(b);
    other.push_back(c);

    list.splice(other);
    list.splice(other);

    CHECK(numbers(list) == std::vector<int>{1, 2, 3});
    CHECK(other.empty());
}

TEST_CASE("a list that goes leaves its members alone") {
    Member a(1);
    {
        List list;
        list.push_back(a);
    }

    CHECK_FALSE(static_cast<hawser::detail::ListHook<FirstTag>&>(a).listed());
}

TEST_CASE("the visited member may leave") {
    Member a(1);
    Member b(2);
    List list;
    list.push_back(a);
    list.push_back(b);

    list.for_each(
        [](Member& member) { static_cast<hawser::detail::ListHook<FirstTag>&>(member).leave(); });

    CHECK(list.empty());
}

TEST_SUITE_END();
