/**
 * Rules that are kept in a database, and followed by all instances.
 */
@NullMarked
package io.github.ratelimit.tier.jdbc;

import org.jspecify.annotations.NullMarked;
