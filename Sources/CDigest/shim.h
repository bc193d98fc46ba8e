#ifndef WOODSHED_CDIGEST_SHIM_H
#define WOODSHED_CDIGEST_SHIM_H

#include <sys/types.h>
#include <sha256.h>

#endif
