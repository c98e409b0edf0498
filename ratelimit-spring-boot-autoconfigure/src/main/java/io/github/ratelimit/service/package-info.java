/**
 * The limiter as a service: decisions for other programs, over HTTP.
 */
@NullMarked
package io.github.ratelimit.service;

import org.jspecify.annotations.NullMarked;
