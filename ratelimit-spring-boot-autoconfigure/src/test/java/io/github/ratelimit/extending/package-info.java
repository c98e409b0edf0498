/**
 * An application that extends the limiter, and its tests, as {@code docs/extending.md}
 * tells how to write them: nothing here is known to the starter, and all it uses is
 * public.
 */
@NullMarked
package io.github.ratelimit.extending;

import org.jspecify.annotations.NullMarked;
