/**
 * Who is calling, and on which plan.
 */
@NullMarked
package io.github.ratelimit.identity;

import org.jspecify.annotations.NullMarked;
