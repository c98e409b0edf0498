/**
 * What a limited response says, as pure functions: header fields and problem body.
 */
@NullMarked
package io.github.ratelimit.web.http;

import org.jspecify.annotations.NullMarked;
