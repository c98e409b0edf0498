package io.github.ratelimit.testsupport;

/**
 * A real Redis that tests share. Others use it at the same time: a test keeps to keys of
 * its own and neither flushes nor configures the server.
 *
 * @param kind where it comes from, for people to read
 * @param version what it says of its version
 * @param uri its address, such as {@code redis://127.0.0.1:6379}
 */
public record RedisServer(String kind, String version, String uri) {

}
