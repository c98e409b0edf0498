/**
 * An application that shows the rate limiter at work: stories, tools and chat.
 */
@NullMarked
package io.github.ratelimit.sample;

import org.jspecify.annotations.NullMarked;
