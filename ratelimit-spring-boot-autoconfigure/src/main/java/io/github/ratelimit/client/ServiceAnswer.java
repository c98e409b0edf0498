package io.github.ratelimit.client;

/**
 * What came back from the service.
 *
 * @param status status code
 * @param json whether the content type says that the body is JSON
 * @param problem whether it says that the body is a problem document
 * @param body the whole body, of bounded length
 */
// Read once, and compared with nothing
@SuppressWarnings("ArrayRecordComponent")
record ServiceAnswer(int status, boolean json, boolean problem, byte[] body) {

}
