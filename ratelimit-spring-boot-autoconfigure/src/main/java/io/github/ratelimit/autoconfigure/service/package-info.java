/**
 * Auto-configuration of the limiter as a service.
 */
@NullMarked
package io.github.ratelimit.autoconfigure.service;

import org.jspecify.annotations.NullMarked;
