// SPDX-License-Identifier: MIT
// A chat window with GTK 4, whose main loop the network shares: `gtk_chat tcp:127.0.0.1:8000`.
#include <hawser/embed/glib.h>
#include <hawser/protocols/line_receiver.h>

#include <gtk/gtk.h>

struct Room {
    void show(std::string_view line) { // it may be anything, and as many as the network likes
        g_autofree char* text = g_utf8_make_valid(line.data(), static_cast<gssize>(line.size()));
        GtkTextIter begin, end;
        gtk_text_buffer_get_end_iter(lines, &end);
        gtk_text_buffer_insert(lines, &end, (std::string(text) + "\n").c_str(), -1);
        gtk_text_buffer_get_start_iter(lines, &begin);
        const int surplus = gtk_text_buffer_get_line_count(lines) - 1000;
        gtk_text_buffer_get_iter_at_line(lines, &end, std::max(surplus, 0));
        gtk_text_buffer_delete(lines, &begin, &end);
        gtk_text_view_scroll_mark_onscreen(view, gtk_text_buffer_get_insert(lines));
    }
    GtkTextBuffer* lines = gtk_text_buffer_new(nullptr);
    GtkTextView* view = GTK_TEXT_VIEW(gtk_text_view_new_with_buffer(lines));
    hawser::ConnectionRef server{};
};

struct Chat final : hawser::LineReceiver {
    explicit Chat(Room& of) : room(of) { set_delimiter("\n"); }
    void connection_made() override { room.server = transport().ref(); }
    void line_received(std::string_view line) override { room.show(line); }
    Room& room;
};

static void entered(GtkEntry* entry, Room* room) {
    room->server.write(gtk_editable_get_text(GTK_EDITABLE(entry)) + std::string("\n"));
    gtk_editable_set_text(GTK_EDITABLE(entry), "");
}

int main(int argc, char** argv) {
    gtk_init();
    Room room;
    GtkWidget* window = gtk_window_new();
    GtkWidget* box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget* scrolled = gtk_scrolled_window_new();
    GtkWidget* entry = gtk_entry_new();
    gtk_widget_set_size_request(scrolled, 480, 286);
    gtk_widget_set_focusable(GTK_WIDGET(room.view), FALSE); // who types does so in the entry
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), GTK_WIDGET(room.view));
    gtk_box_append(GTK_BOX(box), scrolled);
    gtk_box_append(GTK_BOX(box), entry);
    gtk_window_set_child(GTK_WINDOW(window), box);
    g_signal_connect(entry, "activate", G_CALLBACK(entered), &room);
    gtk_widget_grab_focus(entry);
    gtk_window_present(GTK_WINDOW(window));
    hawser::Reactor reactor;
    const hawser::GlibHost host(reactor); // from here on the main loop turns it
    const auto connecting = reactor.connect<Chat>(argc > 1 ? argv[1] : "tcp:8000", std::ref(room));
    GListModel* windows = gtk_window_get_toplevels();
    while (g_list_model_get_n_items(windows) > 0)
        g_main_context_iteration(nullptr, TRUE);
}
