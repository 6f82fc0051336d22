// SPDX-License-Identifier: MIT
// A chat window with Qt 6. The network has Qt's own event loop: no thread, no lock.
//
//     ./qt_chat tcp:127.0.0.1:8000
#include <hawser/embed/qt.h>
#include <hawser/protocols/line_receiver.h>

#include <QApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

class Chat final : public hawser::LineReceiver {
public:
    explicit Chat(QPlainTextEdit& room) : room_(room) { set_delimiter("\n"); }
    using Protocol::transport;

private:
    void line_received(std::string_view line) override {
        room_.appendPlainText(QString::fromUtf8(line.data(), static_cast<int>(line.size())));
    }
    void connection_lost(std::error_code) override {
        room_.appendPlainText("* the connection has ended");
    }
    QPlainTextEdit& room_;
};

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    QWidget window;
    window.setWindowTitle("hawser chat");
    window.resize(480, 320);
    QVBoxLayout layout(&window);
    QPlainTextEdit room;
    QLineEdit entry;
    layout.addWidget(&room);
    layout.addWidget(&entry);
    room.setReadOnly(true);
    room.setMaximumBlockCount(1000); // the network may send as much as it likes
    window.show();
    entry.setFocus();

    hawser::ConnectionRef server;
    hawser::Reactor reactor;
    const hawser::QtHost host(reactor);
    QObject::connect(&entry, &QLineEdit::returnPressed, [&] {
        server.write(entry.text().toStdString() + "\n");
        entry.clear();
    });
    const auto connecting =
        reactor.connect<Chat>(argc > 1 ? argv[1] : "tcp:127.0.0.1:8000", std::ref(room))
            .then([&](Chat* chat) { server = chat->transport().ref(); })
            .recover([&](const std::exception_ptr& error) {
                room.appendPlainText(QString::fromStdString(hawser::message_of(error)));
            });
    return QApplication::exec();
}
