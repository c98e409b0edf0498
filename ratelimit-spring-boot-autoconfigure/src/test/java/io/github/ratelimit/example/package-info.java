/**
 * A backend of an application's own, as {@code docs/backends.md} tells how to write one:
 * nothing here is known to the starter, and all it uses is public.
 */
@NullMarked
package io.github.ratelimit.example;

import org.jspecify.annotations.NullMarked;
