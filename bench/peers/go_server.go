// SPDX-License-Identifier: MIT
// Go's net package as one writes it there: a goroutine for each client, one CPU.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
)

func echo(client net.Conn) {
	defer client.Close()
	buffer := make([]byte, 64*1024)
	for {
		count, err := client.Read(buffer)
		if err != nil {
			return
		}
		if _, err = client.Write(buffer[:count]); err != nil {
			return
		}
	}
}

// Answers are flushed when no more input is there: one write for a burst.
func lines(client net.Conn) {
	defer client.Close()
	reader := bufio.NewReaderSize(client, 16*1024)
	writer := bufio.NewWriterSize(client, 16*1024)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return
		}
		if _, err = writer.Write(line); err != nil {
			return
		}
		if reader.Buffered() == 0 {
			if writer.Flush() != nil {
				return
			}
		}
	}
}

func main() {
	if len(os.Args) != 3 || (os.Args[1] != "echo" && os.Args[1] != "line") {
		fmt.Fprintln(os.Stderr, "usage: bench_go_server echo|line PORT|/PATH")
		os.Exit(2)
	}
	runtime.GOMAXPROCS(1)
	network, where := "tcp", "127.0.0.1:"+os.Args[2]
	if strings.HasPrefix(os.Args[2], "/") {
		network, where = "unix", os.Args[2]
	}
	listener, err := net.Listen(network, where)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	serve := map[string]func(net.Conn){"echo": echo, "line": lines}[os.Args[1]]
	for {
		client, err := listener.Accept()
		if err == nil {
			go serve(client)
		}
	}
}
